"""Every template's Word file opens in another program, with its text, marks and running lines."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from runner.case.fold import fold
from runner.documents.law import shipped_law
from runner.documents.render import make, write
from runner.documents.template.form import load_templates
from tests.runner.documents.bench import NOW, folder

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="needs libreoffice-writer-nogui"),
]


def test_every_template_opens_in_libreoffice(tmp_path: Path) -> None:
    law = shipped_law()
    state = fold(folder(tmp_path / "case", "exercise").ledger.read())
    drafts = {name: make(one, state, law, NOW) for name, one in load_templates(law.catalogue).items()}
    for name, draft in drafts.items():
        (tmp_path / f"{name}.docx").write_bytes(write(draft, "docx"))
    files = [str(tmp_path / f"{name}.docx") for name in drafts]
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files],
        check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=600,
    )  # fmt: skip
    for name, draft in drafts.items():
        pages = PdfReader(tmp_path / f"{name}.pdf").pages
        assert len(pages) >= 1
        for page in pages:
            text = page.extract_text()
            assert "EXERCISE" in text, name
            assert draft.template.id in text or not draft.dress.foot, name
