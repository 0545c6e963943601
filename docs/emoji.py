"""Makes the page's list of emoji from the npm package emojibase-data, unpacked in a folder:

npm pack emojibase-data@17.0.0 && tar xzf emojibase-data-17.0.0.tgz && uv run python docs/emoji.py package
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).parents[1] / "playground" / "static" / "vendor" / "emoji.js"


def main(package: Path) -> None:
    """Write one line for each emoji: its characters, the names that Slack knows it by, and words for it in Chinese."""
    names = json.loads((package / "en" / "shortcodes" / "iamcal.json").read_text(encoding="utf-8"))
    lines = []
    for emoji in json.loads((package / "zh" / "compact.json").read_text(encoding="utf-8")):
        known_as = names.get(emoji["hexcode"])
        if known_as is None:
            continue
        known_as = [known_as] if isinstance(known_as, str) else known_as
        said = " ".join(dict.fromkeys([emoji["label"], *emoji.get("tags", [])]))
        lines.append(json.dumps([emoji["unicode"], known_as, said], ensure_ascii=False, separators=(",", ":")))
    HERE.write_text("export const EMOJI = [\n" + ",\n".join(lines) + ",\n];\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
