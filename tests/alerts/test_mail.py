"""Mail, handed to a real server: who gets what, how safely, and what every refusal means."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from rustrak.alerts.channels import check_config, masked, merged, read_config, send
from rustrak.alerts.letters import Letter, compose
from rustrak.alerts.mail import fitting_security, send_mail
from rustrak.config import Settings
from rustrak.errors import DeliveryFailed, Invalid
from tests.receivers import LOOPBACK, MailReceiver, allowing, context, issue, mail_receiver, notice

TWO = {"recipients": ["a@ours.example", "b@ours.example"]}
Certify = Callable[[str], ssl.SSLContext]


def _server(receiver: MailReceiver, **values: Any) -> Settings:
    """Settings of an operator who names this server."""
    known = {"smtp_host": "localhost", "smtp_port": receiver.port, **values}
    return Settings(public_url="https://errors.example", **known)


async def _send(settings: Settings, seconds: float = 20.0, **config: Any) -> None:
    read = read_config("email", {**TWO, **config})
    await send("email", read, notice(), context(settings, timeout=seconds))


async def _fails(settings: Settings, seconds: float = 20.0, **config: Any) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        await _send(settings, seconds, **config)
    return failed.value


@pytest.fixture
def certify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certify:
    """Makes certificates of an authority that this machine trusts."""
    authority = trustme.CA()
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))

    def certificate(name: str) -> ssl.SSLContext:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(tls)
        return tls

    return certificate


async def test_every_recipient_gets_a_mail_of_their_own() -> None:
    async with mail_receiver() as receiver:
        await _send(_server(receiver))
        (first, mail), (second, _) = receiver.mails
    assert (first, second) == ("a@ours.example", "b@ours.example")
    assert mail["To"] == "a@ours.example"
    assert mail["From"] == "Rustrak <alerts@errors.example>"
    assert mail["Subject"] == "[Ours] New Issue - OURS-3"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime is not None
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "OURS-3  ValueError: it broke\r\nhttp://localhost:8000/" in text.get_content()
    assert "Environment: production" in text.get_content()
    assert f'href="{notice().issue_url}"' in html.get_content()


async def test_a_repeated_attempt_has_the_same_message_ids() -> None:
    async with mail_receiver() as receiver:
        await _send(_server(receiver))
        await _send(_server(receiver))
        ids = [mail["Message-ID"] for _, mail in receiver.mails]
    assert ids[:2] == ids[2:]
    assert ids[0] != ids[1]
    assert ids[0].endswith("@errors.example>")


async def test_what_clients_send_stays_text() -> None:
    title = "<script>alert(1)</script>\r\nBcc: all@ours.example\r\n\r\n" + "x" * 2000
    told = notice(issue=issue(title=title, release='"><img src=x>', short_id="X\r\nCc: c@x.de"))
    async with mail_receiver() as receiver:
        config = read_config("email", {"recipients": ["a@ours.example"]})
        await send("email", config, told, context(_server(receiver)))
        ((_, mail),) = receiver.mails
    assert mail["Bcc"] is None
    assert mail["Cc"] is None
    assert mail["Subject"] == "[Ours] New Issue - X Cc: c@x.de"
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()
    assert "<img" not in html.get_content()
    assert "&lt;script&gt;" in html.get_content()


async def test_other_mail_leaves_by_the_same_way() -> None:
    async with mail_receiver() as receiver:
        subject = "Welcome\r\nBcc: x@y.example — grüß dich"
        settings = _server(receiver, smtp_from="post@ours.example")
        await send_mail(settings, "c@ours.example", subject, "Hi\0!\n", "<p>Hi</p>", key="7")
        ((to, mail),) = receiver.mails
    assert to == "c@ours.example"
    assert mail["Subject"] == "Welcome Bcc: x@y.example — grüß dich"
    assert mail["From"] == "Rustrak <post@ours.example>"
    assert mail["Bcc"] is None
    with pytest.raises(DeliveryFailed, match="SMTP_HOST") as failed:
        await send_mail(Settings(), "c@ours.example", "s", "t", "h", key="7")
    assert not failed.value.retry


async def test_a_refused_recipient_keeps_nobody_else_from_theirs() -> None:
    async with mail_receiver() as receiver:
        receiver.answers["a@ours.example"] = "550 5.1.1 no such user"
        failure = await _fails(_server(receiver))
        assert [to for to, _ in receiver.mails] == ["b@ours.example"]
        assert str(failure) == "a@ours.example: 550 5.1.1 no such user"
        assert not failure.retry
        receiver.answers["b@ours.example"] = "451 greylisted"
        assert (await _fails(_server(receiver))).retry


async def test_logging_in() -> None:
    async with mail_receiver() as receiver:
        receiver.accounts[b"me"] = b"pw"
        await _send(_server(receiver, smtp_username="me", smtp_password="pw"))
        assert len(receiver.mails) == 2
        failure = await _fails(_server(receiver, smtp_username="me", smtp_password="wrong"))
    assert "535" in str(failure)
    assert "wrong" not in str(failure)
    assert not failure.retry


async def test_starttls(certify: Certify) -> None:
    async with mail_receiver(certify("localhost")) as receiver:
        receiver.accounts[b"me"] = b"pw"
        account = {"smtp_username": "me", "smtp_password": "pw"}
        await _send(_server(receiver, smtp_security="starttls", **account))
        assert receiver.encrypted == [True, True]


async def test_implicit_tls(certify: Certify) -> None:
    async with mail_receiver(certify("localhost"), implicit=True) as receiver:
        await _send(_server(receiver, smtp_security="tls"))
        assert len(receiver.mails) == 2


async def test_starttls_is_not_given_up_for_a_server_without_it() -> None:
    async with mail_receiver() as receiver:
        failure = await _fails(_server(receiver, smtp_security="starttls"))
        assert receiver.mails == []
    assert "STARTTLS" in str(failure)
    assert not failure.retry


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_for_another_name_is_refused(security: str, certify: Certify) -> None:
    tls = certify("mail.example")
    async with mail_receiver(tls, implicit=security == "tls") as receiver:
        failure = await _fails(_server(receiver, smtp_security=security))
        assert receiver.mails == []
    assert "certificate verify failed" in str(failure)


async def test_a_certificate_of_an_unknown_authority_is_refused() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(tls)
    async with mail_receiver(tls) as receiver:
        failure = await _fails(_server(receiver, smtp_security="starttls"))
        assert receiver.mails == []
    assert "certificate verify failed" in str(failure)


def test_only_a_server_on_this_machine_is_spoken_to_in_the_clear() -> None:
    assert fitting_security(465, "127.0.0.1") == "tls"
    assert fitting_security(587, "192.168.1.9") == "starttls"
    assert fitting_security(25, "2606:4700::1111") == "starttls"
    assert fitting_security(25, "::1") == "plain"


async def test_a_silent_server_is_given_up_on() -> None:
    async with mail_receiver() as receiver:
        receiver.silent = True
        failure = await _fails(_server(receiver), seconds=0.3)
    assert (str(failure), failure.retry) == ("localhost did not answer in time", True)
    failure = await _fails(_server(receiver))  # by now nobody listens there
    assert failure.retry
    assert "Connection to localhost failed" in str(failure)


async def test_a_server_named_in_a_channel_is_guarded() -> None:
    async with mail_receiver() as receiver:
        own = {"smtp_host": "localhost", "smtp_port": receiver.port, "from_address": "me@x.example"}
        failure = await _fails(Settings(), **own)
        assert "localhost is not at a public address" in str(failure)
        assert not failure.retry
        await _send(allowing(LOOPBACK), **own)
        assert receiver.mails[0][1]["From"] == "Rustrak <me@x.example>"


async def test_the_operator_s_password_goes_to_the_operator_s_server_only() -> None:
    async with mail_receiver() as theirs:
        theirs.accounts[b"operator"] = b"pw"
        settings = allowing(
            LOOPBACK, smtp_host="mail.example", smtp_username="operator", smtp_password="pw"
        )
        await _send(settings, smtp_host="localhost", smtp_port=theirs.port)
        assert len(theirs.mails) == 2
        assert not any(session.authenticated for session in theirs.sessions)


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({}, "recipients: Field required"),
        ({"recipients": []}, "recipients: List should have at least 1 item"),
        ({"recipients": ["nobody"]}, "recipients.0: is not an e-mail address"),
        ({"recipients": ["a@b.c", "a@b.c\r\nx"]}, "recipients.1: is not an e-mail address"),
        ({"recipients": ["a@b.c,d@e.f"]}, "recipients.0: is not"),
        ({"recipients": ["A <a@b.c>"]}, "recipients.0: is not"),
        ({"recipients": ["@b.c"]}, "recipients.0: is not"),
        ({"recipients": ["a@"]}, "recipients.0: is not"),
        ({"recipients": ["a@b@c.d"]}, "recipients.0: is not"),
        ({"recipients": ["a@b.c\0"]}, "recipients.0: is not"),
        ({"recipients": ["a@b.c\ud800"]}, "recipients.0: "),
        ({"recipients": ["x" * 300 + "@b.c"]}, "recipients.0: is not"),
        ({"recipients": ["a@b.c"] * 51}, "recipients: List should have at most 50 items"),
        ({"recipients": ["a@b.c"], "smtp_port": 25}, "smtp_port needs smtp_host beside it"),
        ({"recipients": ["a@b.c"], "smtp_password": "x"}, "smtp_password needs smtp_host"),
        ({"recipients": ["a@b.c"], "smtp_host": "a b"}, "smtp_host: must be a host name"),
        ({"recipients": ["a@b.c"], "smtp_host": "h", "smtp_port": 0}, "smtp_port: Input should be"),
        ({"recipients": ["a@b.c"]}, "smtp_host is required, because this installation has no"),
    ],
)
def test_a_wrong_configuration_says_what_is_wrong(config: dict[str, Any], reason: str) -> None:
    with pytest.raises(Invalid) as invalid:
        check_config("email", config, Settings())
    assert str(invalid.value).startswith(reason)


def test_a_configuration_is_enough_without_a_server_if_the_operator_has_one() -> None:
    config = check_config("email", TWO, Settings(smtp_host="mail.example"))
    assert masked(config) == TWO


def test_a_password_does_not_follow_the_channel_to_another_server() -> None:
    given = {**TWO, "smtp_host": "mail.example", "smtp_username": "me", "smtp_password": "hush"}
    config = read_config("email", given)
    assert masked(config)["smtp_password"] == "**********"
    kept = merged(config, {**masked(config), "recipients": ["c@x.example"]})
    assert kept["smtp_password"] == "hush"
    for change in ({"smtp_host": "evil.example"}, {"smtp_port": 2525}):
        with pytest.raises(Invalid, match="smtp_password: is hidden here"):
            read_config("email", merged(config, {**masked(config), **change}))


def test_a_letter_takes_no_line_breaks_into_its_headers() -> None:
    letter = Letter("a@b.c", "s\r\nBcc: x@y.z", "t", "h", "k\r\n")
    lines = compose(letter, sender="s@b.c", hostname="h.example").as_bytes().split(b"\r\n")
    assert not any(line.startswith(b"Bcc:") for line in lines)
    with pytest.raises(ValueError, match="invalid arguments"):
        compose(Letter("a@b.c\r\nBcc: x@y.z", "s", "t", "h", "k"), sender="s@b.c", hostname="h")
