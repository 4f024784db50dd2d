"""The documented limits of each provider on files, checked before anything is sent.

They hold for the providers' own services. Any other server gets the files as its API has them, and judges them itself.
A limit that is wrong would keep users from sending what a provider takes. Therefore two are missing: the pages of a
PDF, which differ from model to model, and the size of images for OpenAI, which counts its own smaller copies of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from diptych.core.message import FilePart
from diptych.core.naming import model_name, side_name
from diptych.core.request import Label, Request
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.wording.file_details import file_size

ANTHROPIC_IMAGE = 10 * 2**20
"""Most characters of an image in Base64: `image exceeds 10 MB maximum: … bytes > 10485760 bytes` says the API. See
https://platform.claude.com/docs/en/build-with-claude/vision.
"""

ANTHROPIC_REQUEST = 32 * 2**20
"""Most bytes of a request: https://platform.claude.com/docs/en/api/overview#request-size-limits."""

ANTHROPIC_SIDE = 8_000
"""Most pixels of an image's width and of its height."""

ANTHROPIC_MANY = 20
ANTHROPIC_SIDE_OF_MANY = 2_000
"""The same in a request with more images than `ANTHROPIC_MANY`."""

ANTHROPIC_IMAGES = 600
"""Most images of a request; models with a small context take fewer."""

OPENAI_DOCUMENTS = 50_000_000
"""Most bytes of all PDFs of a request: https://platform.openai.com/docs/guides/pdf-files."""

OPENAI_IMAGES = 1_500
"""Most images of a request: https://platform.openai.com/docs/guides/images-vision."""


def check_files(requests: Mapping[Label, Request]) -> None:
    """Raise `MustNotBeSentError` for the first request with a file that its provider does not take."""
    for label, request in requests.items():
        problem = next(_problems(request), None)
        if problem:
            side = f"the {side_name(label)} side ({model_name(request.settings)})"
            how = "" if request.messages[-1].files else " A new conversation begins without the files of this one."
            raise MustNotBeSentError(f"{problem}, so {side} cannot be asked.{how}")


def _problems(request: Request) -> Iterator[str]:
    """Yield what a provider refuses, as the beginning of a sentence."""
    settings = request.settings
    files = [file for message in request.messages for file in message.files]
    if not files or settings.simulated:
        return
    if settings.endpoint.provider == "anthropic":
        yield from _anthropic_problems(files, request)
    elif settings.endpoint.provider == "openai":
        yield from _openai_problems(files, request)


def _anthropic_problems(files: list[FilePart], request: Request) -> Iterator[str]:
    images = [file for file in files if file.is_image]
    if len(images) > ANTHROPIC_IMAGES:
        yield f"Anthropic takes {ANTHROPIC_IMAGES} images in a request, and this one has {len(images)}"
    is_many = len(images) > ANTHROPIC_MANY
    longest = ANTHROPIC_SIDE_OF_MANY if is_many else ANTHROPIC_SIDE
    for image in images:
        encoded = _base64_length(len(request.files[image.sha256]))
        if encoded > ANTHROPIC_IMAGE:
            yield (
                f"{image.name} is too large: Anthropic takes images of 10 MiB in Base64"
                f" ({file_size(ANTHROPIC_IMAGE // 4 * 3)} as a file)"
            )
        if max(image.width or 0, image.height or 0) > longest:
            where = f" where there are more than {ANTHROPIC_MANY}" if is_many else ""
            most, size = f"{longest:,}×{longest:,}", f"{image.width:,}×{image.height:,}"
            yield f"{image.name} is too large: Anthropic takes images of {most} pixels{where}, and it has {size}"
    total = sum(_sent_length(file, request) * count for file, count in Counter(files).items())
    if total > ANTHROPIC_REQUEST:
        yield f"The files are too large: Anthropic takes requests of 32 MiB, and encoded they have {file_size(total)}"


def _openai_problems(files: list[FilePart], request: Request) -> Iterator[str]:
    images = sum(file.is_image for file in files)
    if images > OPENAI_IMAGES:
        yield f"OpenAI takes {OPENAI_IMAGES:,} images in a request, and this one has {images}"
    documents = Counter(file for file in files if not file.is_image and not file.is_text)
    total = sum(len(request.files[file.sha256]) * count for file, count in documents.items())
    if total > OPENAI_DOCUMENTS:
        yield f"The PDFs are too large: OpenAI takes PDFs of 50 MB in a request, and these have {file_size(total)}"


def _sent_length(file: FilePart, request: Request) -> int:
    size = len(request.files[file.sha256])
    return size if file.is_text else _base64_length(size)


def _base64_length(size: int) -> int:
    return (size + 2) // 3 * 4
