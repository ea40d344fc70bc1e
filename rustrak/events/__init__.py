"""Any SDK's event payload becomes one well-formed Event: decode, normalise, title. Pure, no clock.

Above protocol, below grouping and the digest; whoever reads or folds an event may call it.
"""
