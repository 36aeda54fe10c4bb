"""Where a request comes from, by which what one place may try is limited."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import current_app, request

# A household or an office has a whole such network: each address of it is no limit.
ONE_PLACE = 64


def network() -> str:
    """Return the network address of who asks.

    Where the product is public, our own reverse proxy stands in front: the server
    listens on this machine alone. The proxy's word is the last in X-Forwarded-For; what
    stands before it anyone can write.
    """
    asker = request.remote_addr or ""
    if current_app.config["SETTINGS"].public_base_url is None:
        return asker
    told = request.environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2]
    try:
        return _place(ip_address(told.strip()))
    except ValueError:
        return asker


def _place(address: IPv4Address | IPv6Address) -> str:
    if address.version == 4:
        return str(address)
    return str(ip_network((int(address), ONE_PLACE), strict=False))
