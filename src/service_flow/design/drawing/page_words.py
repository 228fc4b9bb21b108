"""The words of the page around a drawing, in English and Chinese; those of the drawing itself are in wording.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PAGE_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "asks": ("asks for {}", "需填写：{}"),
    "by": ("By", "执行者"),
    "choose": (
        "Choose a state or a transition in the drawing to see who owns it, what it asks for and where it leads.",
        "点击图中的状态或流转，可查看负责岗位、表单字段及去向。",
    ),
    "drawing": ("Drawing", "流程图"),
    "ends": ("Ends", "结果"),
    "field": ("Field", "字段"),
    "fit": ("Fit", "适应窗口"),
    "flows": ("Flows", "流程"),
    "form": ("Form", "表单"),
    "found": ("{} found", "找到 {} 项"),
    "found_none": ("Nothing found", "未找到"),
    "from": ("From", "来自"),
    "guard": ("When", "条件"),
    "here": ("What can be done here", "在此可执行的流转"),
    "here_nothing": ("Nothing can be done here.", "此处无可执行的流转。"),
    "in": ("What leads here", "如何到达此处"),
    "in_nothing": ("Nothing leads here.", "没有流转通往此处。"),
    "in_opening": ("The case is opened here.", "个案由此建立。"),
    "keys": (
        "Drag to move, turn the wheel with Ctrl to zoom. Keys: Tab goes from state to state, Enter shows one, "
        "+ and − zoom, 0 shows all, / searches.",
        "拖动可移动画面，Ctrl 加滚轮可缩放。按键：Tab 切换状态，Enter 查看详情，+ / − 缩放，0 显示全图，/ 搜索。",
    ),
    "nobody": ("no post", "无"),
    "opening": ("How a case is opened", "如何建立个案"),
    "optional": ("optional", "选填"),
    "owner": ("Owner", "负责岗位"),
    "personal": ("personal", "个人数据"),
    "phase": ("Phase", "阶段"),
    "required": ("required", "必填"),
    "search": ("Search", "搜索"),
    "search_in": ("Search states, transitions, fields, posts", "搜索状态、流转、字段、岗位"),
    "states": ("States", "状态"),
    "stays": ("stays where it is", "状态不变"),
    "to": ("To", "去向"),
    "transitions": ("Transitions", "流转"),
    "type": ("Type", "类型"),
    "value": ("Value", "价值"),
    "clock": ("Clock", "计时"),
    "zoom_in": ("Zoom in", "放大"),
    "zoom_out": ("Zoom out", "缩小"),
    # types of fields
    "type_boolean": ("yes or no", "是／否"),
    "type_choice": ("one of: {}", "选项：{}"),
    "type_date": ("date", "日期"),
    "type_decimal": ("number", "数字"),
    "type_duration": ("duration", "时长"),
    "type_instant": ("date and time", "日期和时间"),
    "type_integer": ("whole number", "整数"),
    "type_list": ("several of: {}", "多项：{}"),
    "type_money": ("amount of money", "金额"),
    "type_reference": ("a case", "个案"),
    "type_text": ("text", "文本"),
}
