"""The metrics of a report: what each is called, its unit, and in a sentence what it says.

Definitions and sources are where each is computed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """How one metric is shown."""

    label: str
    """What a table calls it, unit included."""
    definition: str
    """One sentence for the reader of a report."""
    digits: int
    """Decimal places that mean something."""
    scale: float = 1.0
    """What the value is multiplied by, as 100 for a percentage."""
    is_root: bool = False
    """Whether the mean is one of squares, and its root is shown."""

    def show(self, value: float) -> str:
        """A value in the unit of the label."""
        return f"{self.scaled(value):.{self.digits}f}"

    def scaled(self, value: float) -> float:
        """A value in the unit of the label, unrounded."""
        return self.scale * (value**0.5 if self.is_root else value)


METRICS: dict[str, Metric] = {
    "wer": Metric("WER, %", "Word error rate: substituted, deleted and inserted words by words of the text.", 1, 100),
    "cer": Metric("CER, %", "Character error rate: the same in characters.", 1, 100),
    "wdr": Metric("WDR, %", "Word deletion rate: words of the text that were not heard (Shen et al. 2020).", 1, 100),
    "udr": Metric(
        "UDR, %",
        "Unaligned duration ratio: time in stretches over 1 s that match no word of the text (Shen et al. 2020).",
        2,
        100,
    ),
    "retried": Metric(
        "read again, %",
        "Sentences whose first reading the attention monitor refused.",
        1,
        100,
    ),
    "failed": Metric(
        "alignment failures, %",
        "Sentences in which the monitor still saw a fault after all attempts.",
        1,
        100,
    ),
    "ovrl": Metric("DNSMOS OVRL", "Predicted opinion of the whole, 1 to 5 (ITU-T P.835).", 2),
    "sig": Metric("DNSMOS SIG", "Predicted opinion of the speech, 1 to 5 (ITU-T P.835).", 2),
    "bak": Metric("DNSMOS BAK", "Predicted opinion of the background, 1 to 5 (ITU-T P.835).", 2),
    "p808": Metric("DNSMOS P.808", "Predicted opinion of the whole, 1 to 5 (ITU-T P.808).", 2),
    "distillmos": Metric(
        "DistillMOS", "Predicted opinion of the whole, 1 to 5; naturalness counts more (Stahl and Gamper 2025).", 2
    ),
    "mcd": Metric("MCD, dB", "Mel-cepstral distortion against the reference, c1 to c13, after time warping.", 2),
    "log_f0_rmse": Metric(
        "log-F0 RMSE, semitones", "Pitch against the reference where both are voiced.", 2, is_root=True
    ),
    "voicing_error": Metric("voicing error, %", "Frames that only one of reading and reference voices.", 1, 100),
    "words_per_minute": Metric("words a minute", "Speaking rate from the first sound to the last, pauses included.", 0),
    "pause_share": Metric("in pauses, %", "Silences of 0.15 s or more between first and last sound.", 1, 100),
    "pause": Metric("mean pause, s", "Length of such a silence.", 2),
    "real_time_factor": Metric("real-time factor", "Seconds of computing by seconds of speech.", 4),
    "cold_start": Metric("cold start, s", "A whole command for one sentence, from a process that is not there yet.", 2),
    "peak_memory": Metric("peak memory, MiB", "The most memory that such a command has.", 0),
}
