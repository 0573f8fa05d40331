"""An index that lasts as long as a measurement: made in a temporary folder, beside nobody's own."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.build import index_documents
from index.search import Index, open_index
from index.types import Document, Encoder


@contextmanager
def throw_away_index(
    documents: Sequence[Document], encoder: Encoder, progress: Callable[[int, int], None]
) -> Iterator[Index]:
    """The documents indexed and opened; `progress` hears documents done, of all."""
    with tempfile.TemporaryDirectory() as temporary:
        index_documents(documents, Path(temporary), encoder, progress)
        yield open_index(Path(temporary), encoder)
