"""Layers on signals: spectra over time."""

from common import write
from layer_case import ABOUT, inputs, make

MEL = {"fft_length": 16, "sequence_stride": 8, "num_mel_bins": 4, "sampling_rate": 800}
FIRST = {"data_format": "channels_first"}

cases = [make("MelSpectrogram", {**MEL, **o}, inputs(*s)) for o, s in [
    ({}, (2, 40)), ({"power_to_db": False, "window": "hamming", "sequence_length": 12}, (2, 30)),
    ({"window": None, "mag_exp": 1.0, "min_freq": 50.0, "max_freq": 300.0, "ref_power": 2.0}, (2, 33)),
    ({"top_db": 10.0}, (40,))]]
cases += [make("STFTSpectrogram", {"frame_length": 6, **o}, inputs(*s)) for o, s in [
    ({}, (2, 20, 2)), ({"mode": "magnitude", "frame_step": 2, "fft_length": 16, "padding": "same"}, (1, 15, 1)),
    ({"mode": "psd", "expand_dims": True}, (2, 14, 2)), ({"mode": "real", **FIRST}, (2, 2, 14)),
    ({"mode": "imag", "expand_dims": True, **FIRST}, (2, 2, 14)), ({"mode": "angle"}, (1, 14, 2)),
    ({"mode": "stft", "window": None, "scaling": None}, (2, 14, 2))]]
write("layers_signal", cases, ABOUT)
