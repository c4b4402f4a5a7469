"""BPMN files in the browser: one of another tool becomes a draft, what is not executed is said, and the draft is a file again."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from engine.bpmn import import_bpmn
from tests.e2e.reader import PHONE, Reader
from tests.product import Product

ADMIN = "admin@weft.local"
FILE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" targetNamespace="urn:other">
  <process id="Process_1" name="Site visit">
    <laneSet><lane id="crew" name="Crew"><flowNodeRef>repair</flowNodeRef></lane></laneSet>
    <startEvent id="begin" name="Asked"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="repair"/>
    <manualTask id="repair" name="Repair on site"/>
    <sequenceFlow id="f2" sourceRef="repair" targetRef="done"/>
    <endEvent id="done" name="Repaired"/>
  </process>
  <bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="Process_1">
    <bpmndi:BPMNShape id="s1" bpmnElement="begin"><dc:Bounds x="100" y="122" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s2" bpmnElement="repair"><dc:Bounds x="200" y="100" width="120" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s3" bpmnElement="done"><dc:Bounds x="400" y="122" width="36" height="36"/></bpmndi:BPMNShape>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>"""


@pytest.mark.timeout(200)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_becomes_a_draft_and_a_file_again(
    browser: Browser, product: Product, tmp_path: Path, language: str
) -> None:
    key = f"visit_{uuid4().hex[:6]}"
    path = tmp_path / "site-visit.bpmn"
    path.write_text(FILE, encoding="utf-8")
    with Reader(browser, product, ADMIN, language) as admin:
        page, say = admin.page, admin.say
        admin.open("/flows")
        page.get_by_label(say("导入 BPMN", "Import BPMN")).last.set_input_files(path)
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text(say("泳道“Crew”只保留", "The lane “Crew” is kept"))).to_be_visible()
        save = dialog.get_by_role("button", name=say("存为草稿", "Save as drafts"))
        expect(save).to_be_disabled()
        admin.look("bpmn-import")
        dialog.get_by_role("combobox", name=say("实体", "Entity")).click()
        page.get_by_role("option", name=say("工单", "Ticket"), exact=True).click()
        dialog.get_by_label(say("键", "Key")).fill(key)
        save.click()
        expect(page.get_by_text("Repair on site").first).to_be_visible()
        admin.look("bpmn-imported")
        with page.expect_download() as download:
            page.get_by_role("link", name=say("导出 BPMN", "Export BPMN")).click()
        assert download.value.suggested_filename == f"{key}.bpmn"
        (flow,) = import_bpmn(Path(download.value.path()).read_bytes()).flows
    assert (flow.key, flow.entity, flow.layout["repair"].width) == (key, "ticket", 120)


def test_a_file_that_is_none_is_refused_in_words(browser: Browser, product: Product, tmp_path: Path) -> None:
    path = tmp_path / "broken.bpmn"
    path.write_text("<a>\n<b></a>", encoding="utf-8")
    with Reader(browser, product, ADMIN, "zh", PHONE) as admin:
        admin.open("/flows")
        admin.page.get_by_label("导入 BPMN").last.set_input_files(path)
        expect(admin.page.get_by_text("第 2 行不是正确的 XML")).to_be_visible()
        admin.look("bpmn-phone")
