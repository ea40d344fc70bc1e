"""Every JSON shape of the REST API, one file a noun: the server validates and documents with them,
clients read with them.

Fields keep the original's names, so that its clients run unchanged; nullable fields are always
present, dates end in Z.
"""
