import datetime
import ipaddress

import pytest

from comments import network

TRUSTED = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8:f::/48")]
TODAY = datetime.date(2026, 11, 23)


class ClientIpTests:
    @pytest.mark.parametrize(
        ("remote", "forwarded", "expected"),
        [
            ("203.0.113.5", "", "203.0.113.5"),
            ("203.0.113.5", "198.51.100.7", "203.0.113.5"),
            ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "192.0.2.1, 198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "192.0.2.1, 198.51.100.7, 10.3.3.3", "198.51.100.7"),
            ("2001:db8:f::1", "2001:db8:1::7", "2001:db8:1::7"),
            ("10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "198.51.100.7, nonsense", None),
            ("10.0.0.1", " , ,", "10.0.0.1"),
            ("", "198.51.100.7", None),
            ("unix:", "", None),
        ],
    )
    def test_it_is_the_rightmost_that_is_not_ours(self, remote: str, forwarded: str, expected: str | None) -> None:
        found = network.client_ip(remote, forwarded, TRUSTED)
        assert found == (ipaddress.ip_address(expected) if expected else None)


class CutTests:
    @pytest.mark.parametrize(
        ("address", "expected"),
        [("198.51.100.77", "198.51.100.0"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"), (None, None)],
    )
    def test_it_leaves_the_network(self, address: str | None, expected: str | None) -> None:
        assert network.cut(ipaddress.ip_address(address) if address else None) == expected


class KeyTests:
    def key(self, address: str, day: datetime.date = TODAY) -> str:
        return network.key(ipaddress.ip_address(address), day)

    def test_it_tells_one_connection_from_another(self) -> None:
        assert self.key("198.51.100.7") != self.key("198.51.100.8")
        assert self.key("2001:db8:1:2::7") == self.key("2001:db8:1:2:9::7")
        assert self.key("2001:db8:1:2::7") != self.key("2001:db8:1:3::7")

    def test_it_holds_for_one_day(self) -> None:
        assert self.key("198.51.100.7") != self.key("198.51.100.7", TODAY + datetime.timedelta(days=1))

    def test_nothing_known_is_no_key(self) -> None:
        assert network.key(None, TODAY) == ""
