"""Every error a user can mend; anything else is a bug and keeps its traceback.

UserError                  the message is for the person at the command line or the page, in Korean
├── SettingsError          a setting has an impossible value
├── DocumentError          one document cannot be read (the others go on)
├── EncoderError           an encoder is not on this machine, or does not load
├── StoreError             the index folder is missing, broken or foreign
│   └── EncoderMismatch    the index was built with another encoder or analyser
└── GoldError              a gold file or BEIR folder is not in its format
"""


class UserError(Exception):
    """Its text is one line in Korean that says what is wrong and what to do."""


class SettingsError(UserError):
    pass


class DocumentError(UserError):
    pass


class EncoderError(UserError):
    pass


class StoreError(UserError):
    pass


class EncoderMismatch(StoreError):
    pass


class GoldError(UserError):
    pass
