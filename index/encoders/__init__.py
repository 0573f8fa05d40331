"""The encoders, loaded by name."""

from collections.abc import Callable

from index.encoders.kiwi import KiwiEncoder
from index.settings import Settings
from index.types import Encoder


def load_encoder(settings: Settings, progress: Callable[[int, int], None] = lambda done, total: None) -> Encoder:
    """The encoder that `settings.encoder` names; `progress` tells of the built-in one's first derivation.

    Raises EncoderError when the model is not on this machine or does not load.
    """
    if settings.encoder == "built-in":
        return KiwiEncoder(settings.cache, progress)
    from index.encoders.transformer import TransformerEncoder  # torch takes seconds to import

    return TransformerEncoder(settings)
