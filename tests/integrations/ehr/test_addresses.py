"""Where a request may go: no spelling, and no change of mind, leads to a private address."""

import socket
from ipaddress import ip_address

import pytest

from integrations.ehr import transport
from integrations.ehr.faults import AddressRefused, EhrFault, Unreachable
from outbox.wire import addresses


def names(*found: str):
    """A look-up that knows one answer."""
    return lambda host, port, **_: [(0, 0, 0, "", (one, port)) for one in found]


PRIVATE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200",
    "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:100.64.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "100::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "2606:4700::1111",
          "::ffff:8.8.8.8", "64:ff9b::808:808"]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_stands_for_a_private_address_is_refused(address):
    with pytest.raises(AddressRefused):
        addresses.resolve("https://ehr.example/fhir", lookup=names(address))
    with pytest.raises(AddressRefused):
        addresses.resolve("https://ehr.example/fhir", lookup=names("8.8.8.8", address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_held_to(address):
    target = addresses.resolve("https://ehr.example/fhir?a=b", lookup=names(address))
    assert ip_address(target.address) == ip_address(address)
    assert (target.host, target.port) == ("ehr.example", 443)
    assert target.path == "/fhir?a=b"


SPELLINGS = [
    "http://127.0.0.1/", "https://127.0.0.1/", "https://127.1/", "https://2130706433/",
    "https://0x7f000001/", "https://0177.0.0.1/", "https://0x7f.1/", "https://0/",
    "https://127.0.0.1.:443/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:a9fe:a9fe]/", "https://localhost/",
    "https://LOCALHOST/", "https://localhost./", "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/", "https://0xa9fea9fe/", "https://[64:ff9b::a9fe:a9fe]/",
    "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/", "https://10.0.0.1:8443/",
    "https://user@8.8.8.8/", "https://8.8.8.8@127.0.0.1/", "https://8.8.8.8:443@127.0.0.1/",
    "https://127.0.0.1#@8.8.8.8/", "https://8.8.8.8#frag", "https://8.8.8.8\\@127.0.0.1/",
    "https:\\\\127.0.0.1/", "https://127。0。0。1/", "https://①②⑦.⓪.⓪.①/", "https://ⓛocalhost/",
    "https://8.8.8.8\t.example/", "https://8.8.8.8 /", "https://8.8.8.8/\r\nHost: x",
    "https://8.8.8.8:99999/", "https://8.8.8.8:-1/", "https://8.8.8.8:port/", "https://",
    "https:///etc/passwd", "https://[/", "https://[::1", "//8.8.8.8/", "8.8.8.8", "",
    "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "data:text/plain,x",
    "javascript:alert(1)", "HTTP://8.8.8.8/", "http://8.8.8.8/", "https://8.8.8.8/" + "a" * 3000,
    "https://100.64.1.1/", "https://192.168.0.1/fhir", "https://[fd00:ec2::254]/",
    "https://172.20.1.1/", "https://0.0.0.0/", "https://255.255.255.255/",
    "https://224.0.0.251/",
]  # fmt: skip


@pytest.mark.parametrize("url", SPELLINGS)
def test_no_spelling_of_an_address_leads_inside(url):
    with pytest.raises((AddressRefused, Unreachable)):
        addresses.resolve(url)


def test_there_are_sixty_spellings():
    assert len(SPELLINGS) >= 60


def test_the_loopback_is_let_through_only_where_it_is_asked_for():
    assert addresses.resolve("http://127.0.0.1:81/x", allow_loopback=True).port == 81
    with pytest.raises(AddressRefused):
        addresses.resolve("http://10.0.0.1/", allow_loopback=True)
    with pytest.raises(AddressRefused):
        addresses.resolve("http://8.8.8.8/", allow_loopback=True)


def test_the_name_is_resolved_once_and_the_address_that_was_checked_is_used(ehr, monkeypatch):
    """A resolver that answers with another address the second time is not asked a second time."""
    asked, real = [], socket.getaddrinfo

    def turncoat(host, port, *more, **rest):
        if host == "ehr.example":
            asked.append(host)
            return real("127.0.0.1" if len(asked) == 1 else "127.0.0.9", port, **rest)
        return real(host, port, *more, **rest)

    monkeypatch.setattr(addresses.resolve, "__kwdefaults__",
                        {**addresses.resolve.__kwdefaults__, "lookup": turncoat})  # fmt: skip
    monkeypatch.setattr(socket, "getaddrinfo", turncoat)
    url = ehr.base.replace("127.0.0.1", "ehr.example")
    answer = transport.send("GET", f"{url}/metadata")
    assert answer.status == 200
    assert asked == ["ehr.example"]
    assert ehr.headers[0]["Host"].startswith("ehr.example:")


def test_each_request_is_checked_anew(ehr, settings):
    assert transport.send("GET", f"{ehr.base}/metadata").status == 200
    settings.EHR_LOOPBACK = False
    with pytest.raises(AddressRefused):
        transport.send("GET", f"{ehr.base}/metadata")
    assert len(ehr.log) == 1


def test_a_redirect_is_not_followed(ehr):
    ehr.mood(status=302, headers={"Location": f"{ehr.base}/Patient/p1"})
    assert transport.send("GET", f"{ehr.base}/metadata").status == 302
    assert len(ehr.log) == 1


def test_an_answer_is_bounded_in_size_and_in_time(ehr):
    ehr.mood(status=200, body=b"x" * 5000)
    with pytest.raises(EhrFault, match="too large"):
        transport.send("GET", f"{ehr.base}/metadata", largest=4999)
    ehr.mood(trickle_s=0.05)
    with pytest.raises(Unreachable, match="too long"):
        transport.send("GET", f"{ehr.base}/metadata", whole_s=0.5)


def test_no_environment_proxy_is_asked(ehr, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert transport.send("GET", f"{ehr.base}/metadata").status == 200
