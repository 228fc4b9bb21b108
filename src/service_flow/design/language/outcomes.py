"""Titles of outcomes: a blueprint names the outcome of a final state, and has no titles for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OUTCOMES: Final[Mapping[str, tuple[str, str]]] = {
    "abandoned": ("abandoned", "已放弃"),
    "cancelled": ("cancelled", "已取消"),
    "completed": ("completed", "已完成"),
    "departed": ("departed", "已终止关系"),
    "duplicate": ("duplicate", "重复"),
    "erased": ("erased", "已删除"),
    "expired": ("expired", "已过期"),
    "failed": ("failed", "未成功"),
    "gone": ("gone", "已离开"),
    "lost": ("lost", "已流失"),
    "rejected": ("rejected", "不予受理"),
    "resolved": ("resolved", "已解决"),
    "withdrawn": ("withdrawn", "已撤销"),
}
"""The outcomes that blueprints commonly name, in English and Chinese. Any other is shown by its name."""
