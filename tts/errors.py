"""Errors that a user can cause or mend. The message names the value, what is allowed and the remedy.

The command line prints them without a traceback. The servers blame a client for `TextError`, `LimitError`,
`ConfigError` and `VoiceError` (HTTP status 400). Any other exception, a plain ValueError included, is a fault of this
package.
"""


class TTSError(ValueError):
    """Base class of the errors below. It is a ValueError, so code that catches ValueError catches it too.

    Examples:
        >>> from tts import Synthesizer, TTSError
        >>> try:
        ...     Synthesizer().synthesize("...")
        ... except TTSError as error:
        ...     print(error)
        nothing to speak in '...': give at least one word, letter or number
    """


class TextError(TTSError):
    """A text has nothing to speak, or is not UTF-8."""


class WordlessError(TextError):
    """A text has no word, letter or number."""


class MarkupError(TextError):
    """SSML or inline markup is malformed or uses something that is not supported."""


class PronunciationError(TextError):
    """A pronunciation is not ARPAbet or IPA, or a line of a lexicon is malformed."""


class LimitError(TTSError):
    """A request exceeds a limit on size or duration."""


class ConfigError(TTSError):
    """An option, a setting or a field of a request is unknown, missing or out of range."""


class VoiceError(TTSError):
    """A voice is unknown, damaged or of another format."""


class CorpusError(TTSError):
    """A corpus, a manifest or a folder of features is missing, malformed or inconsistent."""


class BookError(TTSError):
    """A book is damaged, protected, unsafe, of another format, or has nothing to read."""


class TrainingError(TTSError):
    """A training run cannot start, continue or be exported."""


class AudioError(TTSError):
    """An audio file or a sound device cannot be used."""


class StorageError(TTSError):
    """A file cannot be read or written, or an installed file is damaged."""


class MissingPackageError(TTSError):
    """An optional package, or a library or model that it needs, is not installed."""
