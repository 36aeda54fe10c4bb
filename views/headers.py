"""Security headers, the same on every response, built once."""

from flask import Flask, Response
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)


def _policy() -> ContentSecurityPolicy:
    return (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src("'self'", "data:")
        .font_src("'self'")
        .connect_src("'self'")
        .base_uri("'none'")
        .form_action("'self'")
        .frame_ancestors("'none'")
    )


def init_app(app: Flask) -> None:
    """Send them with every response, errors and static files included."""
    is_public = app.config["SETTINGS"].public_base_url is not None
    hsts = StrictTransportSecurity().max_age(31_536_000).include_subdomains()
    secure = Secure(
        csp=_policy(),
        hsts=hsts if is_public else None,
        referrer=ReferrerPolicy().same_origin(),
        permissions=PermissionsPolicy().geolocation().camera().microphone(),
        xfo=XFrameOptions().deny(),
        xcto=XContentTypeOptions(),
        coop=CrossOriginOpenerPolicy().same_origin(),
    )
    always = list(secure.headers.items())

    @app.after_request
    def add_headers(response: Response) -> Response:
        # Added, not set: no view sends one of its own, and looking for each took time.
        response.headers.extend(always)
        # Pages name services that someone may not wish to be seen reading about.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
