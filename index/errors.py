"""Every error a user can mend; anything else is a bug and keeps its traceback."""


class UserError(Exception):
    """Its text is one line in Korean that says what is wrong and what to do."""


class SettingsError(UserError):
    """A setting has an impossible value."""


class DocumentError(UserError):
    """One document cannot be read; the others go on."""


class EncoderError(UserError):
    """An encoder is not on this machine, or does not load."""


class StoreError(UserError):
    """The index folder is missing, broken or foreign."""


class EncoderMismatch(StoreError):
    """The index was built with another encoder or analyser."""


class GoldError(UserError):
    """A gold file or BEIR folder is not in its format."""
