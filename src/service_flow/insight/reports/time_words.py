"""What reports call the things that happen to promises and timers, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

TIME_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    # what happened
    "promise_made": ("Promise made: {}", "作出承诺：{}"),
    "promise_made_again": ("Promise goes on: {}", "承诺继续计时：{}"),
    "promise_revised_running": ("Clock runs again: {}", "承诺恢复计时：{}"),
    "promise_revised_terms": ("Promise changed: {}", "承诺变更：{}"),
    "promise_revised_calendar": ("Its calendar has changed: {}", "工作日历变更，重新计算承诺：{}"),
    "promise_warned": ("Warning: {}", "承诺预警：{}"),
    "promise_broken": ("Promise broken: {}", "承诺未按时兑现：{}"),
    "promise_escalated": ("Escalated: {}", "逐级上报：{}"),
    "promise_kept": ("Promise kept: {}", "承诺按时兑现：{}"),
    "promise_late": ("Kept late: {}", "承诺逾期完成：{}"),
    "promise_extended_accepted": ("Extension agreed: {}", "客户同意延期：{}"),
    "promise_extended_refused": ("Extension not agreed: {}", "客户不同意延期：{}"),
    "promise_extended_none": ("Extension told, no answer: {}", "已告知延期，客户未答复：{}"),
    "promise_paused": ("Clock stopped by hand: {}", "手动暂停计时：{}"),
    "promise_resumed": ("Clock no longer stopped by hand: {}", "手动恢复计时：{}"),
    "promise_dropped": ("Promise no longer counts here: {}", "承诺不再在此计时：{}"),
    "promise_taken_over": ("The stricter promise of the merged case goes on: {}", "并入单据的承诺更严，以其为准：{}"),
    "timer_set": ("Timer set: {}", "定时器启动：{}"),
    "timer_fired": ("Timer fired: {}", "定时器触发：{}"),
    "timer_refused": ("Timer fired in vain: {}", "定时器触发但未能执行：{}"),
    # the particulars
    "within": ("within {}", "时限 {}"),
    "due": ("due {}", "应于{}前完成"),
    "was_due": ("it was due {}", "原应于{}前完成"),
    "stands_still": ("its clock stands still", "暂停计时"),
    "given_by": ("promised by {}", "承诺方：{}"),
    "level": ("step {}, to {}", "第 {} 级，上报至{}"),
    "level_none": ("step {}, nobody is above", "第 {} 级，已无上级岗位"),
    "until": ("until {}", "延至{}"),
    "fires": ("fires {}", "将于{}触发"),
    "fires_next": ("next {}", "下次于{}触发"),
    "because": ("because: {}", "原因：{}"),
    "reason": ("Reason", "原因"),
    # how a promise stands
    "promises": ("Promises", "服务承诺"),
    "promise": ("Promise", "承诺"),
    "made_at": ("Made", "开始时间"),
    "due_at": ("Due", "到期时间"),
    "spent": ("Spent", "已用时"),
    "paused_for": ("Paused", "暂停时长"),
    "remaining": ("Remaining", "剩余时间"),
    "how_it_stands": ("How it stands", "现状"),
    "why": ("Why", "说明"),
    "state_running": ("running", "计时中"),
    "state_paused": ("paused", "暂停"),
    "state_stopped": ("stopped with the case", "随个案结束而停止"),
    "state_overdue": ("overdue", "已逾期"),
    "state_kept": ("kept", "按时兑现"),
    "state_late": ("kept late", "逾期完成"),
    # why it stands so
    "because_given": ("{} from {}", "自{}起，时限 {}"),
    "because_agreed": ("agreed with the customer: until {}", "已与客户商定延至{}"),
    "because_state": ("its clock stands still in “{}”", "在“{}”状态下暂停计时"),
    "because_hand": ("its clock was stopped by hand", "已手动暂停计时"),
    "because_overdue": ("it was to be kept by {}", "应于{}前兑现"),
    "because_late": ("it was due {}", "应于{}前完成"),
    "as_due": ("as it fell due", "到期自动触发"),
    # how promises were kept
    "report": ("How promises were kept", "服务承诺兑现情况"),
    "report_period": ("Settled from {} until {}", "统计时段：{}至{}"),
    "report_until": ("As known at {}", "截至{}"),
    "report_none": ("No promise was made.", "没有服务承诺。"),
    "report_note": (
        "Each promise is counted once, when it was settled: kept, broken, or stopped with its case. What is reached "
        "late is not kept. The share is of those kept or broken. Months are those of {}.",
        "每项承诺只统计一次，以其兑现、逾期或随个案结束而停止的时间为准。逾期完成不算兑现。"
        "兑现率以已兑现和已逾期的承诺为基数。月份按 {} 时区计。",
    ),
    "report_all": ("All together", "合计"),
    "value_missing": ("(none)", "（无）"),
    "by_promise": ("Promise", "承诺"),
    "by_tier": ("Tier", "客户等级"),
    "by_department": ("Department", "部门"),
    "by_nature": ("Nature of the flow", "流程性质"),
    "by_month": ("Month", "月份"),
    "count_made": ("Made", "承诺数"),
    "count_kept": ("Kept in time", "按时兑现"),
    "count_kept_extended": ("Kept within an extension", "延期内兑现"),
    "count_late": ("Kept late", "逾期完成"),
    "count_broken": ("Broken, still open", "逾期未完成"),
    "count_open": ("Open", "进行中"),
    "count_stopped": ("Stopped", "已停止"),
    "count_extended": ("Extended", "已延期"),
    "count_share_kept": ("Share kept", "兑现率"),
    "count_share_agreed": ("With extensions", "含延期兑现率"),
}

_SPAN = re.compile(r"(\d+) (?:(working) )?(second|minute|hour|day|week)s?")
_UNITS = {"second": "秒", "minute": "分钟", "hour": "小时", "day": "天", "week": "周"}
_WORKING = {"second": "个工作秒", "minute": "个工作分钟", "hour": "个工作小时", "day": "个工作日"}


def given_time(text: str, lang: str) -> str:
    """A length of time as blueprints write it (`4 working hours`), as people of the language do."""
    if lang != "zh":
        return text

    def said(part: re.Match[str]) -> str:
        number, working, unit = part.groups()
        return f"{number} {_WORKING.get(unit, unit) if working else _UNITS[unit]}"

    return _SPAN.sub(said, text)
