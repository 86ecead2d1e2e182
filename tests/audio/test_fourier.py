"""The transforms are those of scipy, and speaking does not import the rest of it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import scipy.fft

from tts.audio import fourier
from tts.audio.fourier import irfft, rfft

SIGNALS = np.random.default_rng(0).normal(size=(2, 5, 1200)).astype(np.float32)


def test_both_transforms_are_those_of_scipy() -> None:
    spectra = rfft(SIGNALS)
    assert spectra.dtype == np.complex64
    np.testing.assert_array_equal(spectra, scipy.fft.rfft(SIGNALS))
    np.testing.assert_array_equal(irfft(spectra, 1200), scipy.fft.irfft(spectra, 1200))


def test_an_odd_length_comes_back() -> None:
    np.testing.assert_allclose(irfft(rfft(SIGNALS[..., :1199]), 1199), SIGNALS[..., :1199], atol=1e-6)


def test_both_ways_to_get_them_agree() -> None:
    (forward, inverse), (imported_forward, imported_inverse) = fourier._compiled(), fourier._imported()
    np.testing.assert_array_equal(forward(SIGNALS), imported_forward(SIGNALS))
    np.testing.assert_array_equal(inverse(forward(SIGNALS), 1200), imported_inverse(forward(SIGNALS), 1200))


def test_speaking_imports_no_other_part_of_scipy() -> None:
    code = "import sys, tts; tts.Synthesizer().synthesize('Hello.'); print([m for m in sys.modules if m == 'scipy'])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
