"""What mail servers send back, as they write it; the mail it is about stands in it as `original`."""

from __future__ import annotations

REPORT = """Return-Path: <>
From: MAILER-DAEMON@mail.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered to
{about}: secret words of the server 5.7.9

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net
Arrival-Date: Sun, 22 Nov 2026 07:00:00 +0000

Final-Recipient: rfc822; {about}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 {about}: user unknown

--B
Content-Type: text/rfc822-headers

{original}
--B--
"""

EXIM = """Return-path: <>
X-Failed-Recipients: {about}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.example.net>
To: {to}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {about}
    host mx.example.net [192.0.2.5]
    SMTP error from remote mail server after RCPT TO:<{about}>:
    550 No such user here

------ This is a copy of the message, including all the headers. ------

{original}

4.4.4 stands in the quoted mail
"""

QMAIL = """Return-Path: <>
From: MAILER-DAEMON@qmail.example.net
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at qmail.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{about}>:
192.0.2.7 does not like recipient.
Remote host said: 552-5.2.2 The email account is over quota

--- Below this line is a copy of the message.

{original}
"""

DELAYED = """Return-Path: <>
From: Mail Delivery System <Mailer-Daemon@mail.example.net>
To: {to}
Subject: Warning: message delayed 24 hours

The delivery of your message to {about} is delayed: 451 4.7.1 Greylisted, please try again.
It will be tried again for four days.

{original}
"""

AWAY = """From: {about}
To: {to}
Subject: Out of office
In-Reply-To: <{token}@node.example>
Auto-Submitted: auto-replied

I am away until 5.5.2027. Call 550 123 in urgent cases.
"""

QUOTED = """Message-ID: <{token}@node.example>
From: no-reply@node.example
To: {about}
Subject: Something new
"""


def written(template: str, token: str, *, to: str = "", about: str = "a@example.org", **words: str) -> bytes:
    """Return one as bytes."""
    original = QUOTED.format(token=token, about=about)
    text = template.format(to=to or "bounces@example.org", about=about, token=token, original=original, **words)
    return text.replace("\n", "\r\n").encode()


def report(token: str, action: str = "failed", status: str = "5.1.1", **words: str) -> bytes:
    """Return one in the standard's own form."""
    return written(REPORT, token, action=action, status=status, **words)
