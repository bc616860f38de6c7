"""The rows of the page registry for a folder of the release."""

from collections.abc import Iterable

from kankei.release.reader import Release
from kankei.web.openapi import BYTES, MAX_EXAMPLES, TAG, Json, Operation, Parameter, response_content
from kankei.web.resources import files
from kankei.web.responses.representation import HTML
from kankei.web.site import Page
from kankei.web.sparql.protocol import LANGUAGE


def folder_pages(name: str, *media_types: str, in_navigation: bool = True) -> tuple[Page, Page]:
    """The rows of a folder of the release: the list of its files, and each of them."""

    def examples(release: Release) -> Iterable[str]:
        names = (file for file in release.manifest.files if file.startswith(f"{name}/"))
        return [file.removeprefix(f"{name}/") for file in names][:MAX_EXAMPLES]

    file_name = Parameter("name", f"A file of the folder, as `/{name}/` lists them.", examples=examples)
    responses: dict[str, Json] = {
        "200": {"description": "The file", "headers": TAG, "content": response_content(media_types, BYTES)},
        "206": {
            "description": "The range asked for",
            "content": {media_type: {"schema": BYTES} for media_type in media_types},
        },
    }
    return (
        Page(
            f"/{name}/",
            files.folder,
            Operation(f"The files of {name}", (HTML,), (LANGUAGE,)),
            aliases=(f"/{name}",),
            navigation=name if in_navigation else "",
            in_sitemap=True,
            linked=True,
            metric=name,
        ),
        Page(
            f"/{name}/{{name}}",
            files.folder,
            Operation("A file", (), (file_name,), (416,), responses=responses),
        ),
    )
