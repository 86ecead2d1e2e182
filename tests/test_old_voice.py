"""A voice that version 0.1 exported still speaks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from onnx import TensorProto, helper

from tests.test_voice import replace
from tts import Synthesizer
from tts.voice import FORMAT, GRAPHS, Voice

ADDED = {
    "card": ("postnet_look_ahead", "calibration", "griffin_lim_rounds", "sharpening"),
    "model": ("postnet_hidden_dim", "postnet_blocks", "spectrum"),
}
"""What cards have had since then."""
N_CONVS, KERNEL_SIZE = 3, 5


def test_a_voice_of_version_0_1_speaks(tiny_voice: Path, tmp_path: Path) -> None:
    """Its card has format 2, and its postnet is a stack of convolutions over frames, which reads no symbols."""
    folder = Path(shutil.copytree(tiny_voice, tmp_path / "old"))
    card = json.loads((folder / "voice.json").read_text(encoding="utf-8"))
    model = {name: value for name, value in card["model"].items() if name not in ADDED["model"]}
    card = {name: value for name, value in card.items() if name not in ADDED["card"]}
    card |= {"format": 2, "model": {**model, "postnet_convs": N_CONVS, "kernel_size": KERNEL_SIZE}}
    (folder / "voice.json").write_text(json.dumps(card), encoding="utf-8")
    replace(folder, GRAPHS[2], old_postnet(Voice.load(tiny_voice).card.model.n_channels))
    voice = Voice.load(folder)
    assert (voice.card.format, voice.card.postnet_look_ahead) == (FORMAT, N_CONVS * (KERNEL_SIZE // 2))
    assert len(Synthesizer(voice).synthesize("Hello.").samples) > 0


def old_postnet(n_channels: int) -> bytes:
    """Return a graph that moves standardised frames to the level of speech."""
    shape = [1, n_channels, "frames"]
    frames, log_mel = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("mel", "log_mel"))
    level = helper.make_tensor("level", TensorProto.FLOAT, [1], [-5.0])
    node = helper.make_node("Add", ["mel", "level"], ["log_mel"])
    graph = helper.make_graph([node], "postnet", [frames], [log_mel], [level])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(model.SerializeToString())
