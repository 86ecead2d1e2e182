"""The metrics of a report: label, unit and a one-sentence definition.

Sources are cited where a metric is computed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """How one metric is shown."""

    label: str
    """Label in tables, with the unit."""
    definition: str
    """Definition in one sentence, for readers of the report."""
    digits: int
    """Significant decimal places."""
    scale: float = 1.0
    """Factor for display, such as 100 for a percentage."""
    is_root: bool = False
    """Whether the value is a mean of squares whose root is shown."""

    def show(self, value: float) -> str:
        """Format a value in the unit of the label."""
        return f"{self.scaled(value):.{self.digits}f}"

    def scaled(self, value: float) -> float:
        """Convert a value to the unit of the label."""
        return self.scale * (value**0.5 if self.is_root else value)


METRICS: dict[str, Metric] = {
    "wer": Metric(
        "WER, %", "Word error rate: substituted, deleted and inserted words divided by words of the text.", 1, 100
    ),
    "cer": Metric("CER, %", "Character error rate: the same in characters.", 1, 100),
    "wdr": Metric("WDR, %", "Word deletion rate: words of the text that were not heard (Shen et al. 2020).", 1, 100),
    "udr": Metric(
        "UDR, %",
        "Unaligned duration ratio: share of time in gaps over 1 s that match no word of the text (Shen et al. 2020).",
        2,
        100,
    ),
    "retried": Metric(
        "retried, %",
        "Sentences in which the attention monitor detected a fault on the first attempt.",
        1,
        100,
    ),
    "failed": Metric(
        "alignment failures, %",
        "Sentences in which the monitor detected a fault after all attempts.",
        1,
        100,
    ),
    "ovrl": Metric("DNSMOS OVRL", "Predicted opinion score of the overall quality, 1 to 5 (ITU-T P.835).", 2),
    "sig": Metric("DNSMOS SIG", "Predicted opinion score of the speech, 1 to 5 (ITU-T P.835).", 2),
    "bak": Metric("DNSMOS BAK", "Predicted opinion score of the background, 1 to 5 (ITU-T P.835).", 2),
    "p808": Metric("DNSMOS P.808", "Predicted opinion score of the overall quality, 1 to 5 (ITU-T P.808).", 2),
    "distillmos": Metric(
        "DistillMOS", "Predicted opinion of the whole, 1 to 5; naturalness counts more (Stahl and Gamper 2025).", 2
    ),
    "mcd": Metric("MCD, dB", "Mel-cepstral distortion against the reference, c1 to c13, after time warping.", 2),
    "log_f0_rmse": Metric(
        "log-F0 RMSE, semitones", "Pitch against the reference where both are voiced.", 2, is_root=True
    ),
    "voicing_error": Metric(
        "voicing error, %", "Frames that are voiced only in the reference, or only in the voice.", 1, 100
    ),
    "words_per_minute": Metric("words a minute", "Speaking rate from the first sound to the last, pauses included.", 0),
    "pause_share": Metric("in pauses, %", "Silences of 0.15 s or more between first and last sound.", 1, 100),
    "pause": Metric("mean pause, s", "Mean duration of these silences.", 2),
    "real_time_factor": Metric("real-time factor", "Seconds of computation divided by seconds of speech.", 4),
    "cold_start": Metric(
        "cold start, s", "Duration of a whole command for one sentence, including the start of the process.", 2
    ),
    "peak_memory": Metric("peak memory, MiB", "Peak memory of this command.", 0),
}
