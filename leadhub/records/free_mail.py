"""Which company an e-mail address belongs to: none, where anyone can have a mailbox."""

from functools import lru_cache

from disposable_email_domains import blocklist as DISPOSABLE
from publicsuffixlist import PublicSuffixList

SUFFIXES = PublicSuffixList()

# Providers of personal mailboxes, with the domains under which they are known in more countries.
FREE = frozenset(
    """
    126.com 163.com 1und1.de aim.com alice.it aliyun.com aol.com aol.de arcor.de att.net
    bellsouth.net bigpond.com bluewin.ch bol.com.br btinternet.com charter.net comcast.net cox.net
    earthlink.net email.cz email.de fastmail.com fastmail.fm foxmail.com free.fr freenet.de
    gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hanmail.net hey.com hotmail.be
    hotmail.ca hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl
    hushmail.com icloud.com inbox.lv inbox.ru interia.pl juno.com keemail.me laposte.net libero.it
    list.ru live.ca live.co.uk live.com live.de live.fr live.it live.nl mac.com mail.com mail.de
    mail.ru mailbox.org me.com msn.com naver.com neuf.fr o2.pl onet.pl online.de optonline.net
    orange.fr outlook.at outlook.com outlook.de outlook.es outlook.fr outlook.it pm.me posteo.de
    posteo.net proton.me protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com
    rocketmail.com sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com t-online.de talktalk.net
    telenet.be terra.com.br tiscali.it tuta.com tuta.io tutanota.com tutanota.de uol.com.br
    verizon.net virgilio.it wanadoo.fr web.de wp.pl yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk
    yahoo.com yahoo.com.au yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it yandex.com
    yandex.ru ymail.com zoho.com
    """.split()  # noqa: SIM905 - easier to read and to add to
)


@lru_cache(maxsize=50_000)
def registered_domain(host: str) -> str:
    """The part of a host name that its owner registered, such as example.co.uk; '' for none."""
    return SUFFIXES.privatesuffix(host.strip().strip(".").lower()) or ""


@lru_cache(maxsize=50_000)
def is_free_mail(domain: str) -> bool:
    """Whether anyone can have a mailbox there, so that it says nothing about an employer."""
    registered = registered_domain(domain)
    return bool({domain, registered} & FREE) or bool({domain, registered} & DISPOSABLE)


def company_domain(email: str) -> str:
    """The registered domain of the address; '' for free and disposable mail."""
    host = email.rpartition("@")[2].lower()
    return "" if is_free_mail(host) else registered_domain(host)
