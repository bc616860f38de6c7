"""The profile that a request selects (https://www.w3.org/TR/dx-prof-conneg/)."""

from collections.abc import Sequence

from starlette.requests import Request

from kankei.errors import NotAcceptable
from kankei.release.profile_views import Profile
from kankei.web.http.headers import request_header
from kankei.web.http.negotiation import choose_profile


def requested_profile(request: Request, offered: Sequence[Profile]) -> Profile:
    """The profile named by ``?_profile=``, name or IRI, else by ``Accept-Profile``, else the first.

    Raises `NotAcceptable` with the list of those offered.
    """
    by_iri = {row.iri: row for row in offered}
    requested = request.query_params.get("_profile")
    if requested is None:
        iri = choose_profile(tuple(by_iri), request_header(request, "accept-profile"))
    else:
        iri = next((row.iri for row in offered if requested in {row.name, row.iri}), None)
    if iri not in by_iri:
        names = tuple(f"{row.name} <{row.iri}>" for row in offered)
        raise NotAcceptable("this profile is not offered here", request.scope["path"], names)
    return by_iri[iri]
