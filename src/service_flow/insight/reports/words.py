"""The reports' own words in English and Chinese, and the words for what libraries and blueprints only name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service_flow.design.language.outcomes import OUTCOMES
from service_flow.insight.reports.time_words import TIME_WORDS

LANGUAGES: Final = {"en": "English", "zh": "中文"}
"""The languages of a report, each by its own name, in the order of the columns below."""

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "about": ("About", "相关需求"),
    "as_post": ("as {}", "岗位：{}"),
    "bar": ("Where the time went", "时间分布"),
    "bar_none": ("It has stood in no state for any time yet.", "尚无可统计的停留时间。"),
    "bar_note": (
        "Elapsed time round the clock, from the opening to {}.",
        "按自然时间（全天 24 小时）计算，自建立至{}。",
    ),
    "bar_now": ("now, {}", "当前（{}）"),
    "bar_end": ("the end, {}", "结束（{}）"),
    "caused_automatic": ("done automatically", "自动执行"),
    "caused_import": ("imported", "导入"),
    "caused_rule": ("by a rule", "由规则触发"),
    "caused_timer": ("by a timer", "由定时器触发"),
    "channel": ("Channel", "渠道"),
    "clock": ("Clock", "计时"),
    "clock_paused": ("clock paused", "计时暂停"),
    "clock_running": ("clock runs", "计时中"),
    "clock_runs_again": ("clock runs again", "恢复计时"),
    "clock_stopped": ("clock stopped", "计时停止"),
    "customer": ("Customer", "客户"),
    "empty": ("(empty)", "（空）"),
    "for_long": ("for {}", "已 {}"),
    "event": ("{} event", "{} 个事件"),
    "events": ("{} events", "{} 个事件"),
    "foot": (
        "{number}, {events}, as of {at}. All times are in UTC. Flow “{flow}”, revision {revision}.",
        "{number}，{events}，截至{at}。所有时间均为 UTC。流程“{flow}”，版本 {revision}。",
    ),
    "later": ("{} later", "{}后"),
    "migrated": ("Moved to another version of the flow", "迁移至流程新版本"),
    "no": ("no", "否"),
    "nobody": ("no post", "无"),
    "nobody_any_more": ("no post any more", "无（已结束）"),
    "opened": ("Opened", "建立"),
    "opened_at": ("Opened", "建立时间"),
    "outcome": ("Outcome", "结果"),
    "owner": ("Owner", "负责岗位"),
    "personal": ("personal", "个人数据"),
    "personal_note": (
        "This page holds personal data on purpose: what people said and wrote, and who did what. "
        "Give it only to those who need it, and delete it when it has served.",
        "本页有意包含个人数据：相关人员的陈述、填写内容及经办人。请仅提供给确有需要的人员，用毕即删。",
    ),
    "recorded_at": ("recorded {}", "记录于{}"),
    "share": ("Share", "占比"),
    "since": ("Since", "进入时间"),
    "state": ("State", "状态"),
    "still_open": ("Open", "进行中"),
    "story": ("What happened", "办理经过"),
    "sum": ("All together", "合计"),
    "sum_paused": ("of which the clock was paused", "其中计时暂停"),
    "time": ("Time", "停留时间"),
    "times": ("{} times", "{} 次"),
    "value_adding": ("adds value", "增值"),
    "value_none": ("adds no value", "不增值"),
    "value_supporting": ("supports value", "支持增值"),
    "was": ("was {}", "原为 {}"),
    "yes": ("yes", "是"),
    # the kinds of cases
    "subject_complaint": ("Complaint", "投诉"),
    "subject_customer": ("Customer", "客户"),
    "subject_request": ("Service request", "服务需求"),
    "subject_staff": ("Member of staff", "员工"),
    # what cases are opened with
    "fact_contact": ("Contact", "联系方式"),
    "fact_name": ("Name", "姓名或名称"),
    "fact_found_by": ("Compared as", "匹配形式"),
    "fact_kind": ("Class", "客户类别"),
    "fact_need": ("Need", "需求"),
    "fact_person": ("Person", "人员"),
    "fact_preferences": ("Preferences", "偏好"),
    "fact_profile": ("Profile", "客户资料"),
    "fact_text": ("Complaint", "投诉内容"),
    # what files of staff say
    "fact_absence": ("Absence from", "缺勤起始"),
    "fact_course": ("Course", "课程"),
    "fact_deputy": ("Deputy", "代理人"),
    "fact_level": ("Level", "级别"),
    "fact_reason": ("Reason", "原因"),
    "fact_since": ("From", "开始时间"),
    "fact_skill": ("Skill", "技能"),
    "fact_until": ("Until", "结束时间"),
    "fact_valid_until": ("Valid until", "有效期至"),
    # what assignments say
    "fact_before": ("Had it before", "原经办人"),
    "fact_chosen": ("Chosen by", "选派方式"),
    "fact_instead_of": ("Stands in for", "代理对象"),
    "fact_left": ("Has left", "已离职"),
    "fact_most": ("Usual at most", "通常上限"),
    "fact_party": ("Outside party", "外部单位"),
    "fact_posts": ("For the posts", "所任岗位"),
    "fact_queue": ("Taking turns", "轮流分派组"),
    "fact_rule": ("Rule", "规则"),
    "fact_times": ("Times passed on", "移交次数"),
    "fact_to_post": ("To the post", "移交岗位"),
    "fact_turn": ("Turn", "轮次"),
    "fact_waits_before": ("Laid before the post", "待处理岗位"),
    # who is no member of staff
    "actor_customer": ("The customer", "客户"),
    "actor_import": ("Import", "导入"),
    "actor_migration": ("A migration", "版本迁移"),
    "actor_rule": ("A rule", "规则"),
    "actor_timer": ("A timer", "定时器"),
    # how a case ends, and how contacts come: names of the blueprint that have no titles of their own
    **{f"outcome_{name}": (english.capitalize(), chinese) for name, (english, chinese) in OUTCOMES.items()},
    "channel_chat": ("chat", "在线聊天"),
    "channel_email": ("e-mail", "电子邮件"),
    "channel_face_to_face": ("face to face", "面对面"),
    "channel_fax": ("fax", "传真"),
    "channel_mail": ("mail", "信函"),
    "channel_phone": ("phone", "电话"),
    "channel_self_service": ("self-service", "自助服务"),
    "channel_sms": ("text message", "短信"),
    "channel_social_media": ("social media", "社交媒体"),
    **TIME_WORDS,
}

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS: Final = (
    ("Monday", "星期一"), ("Tuesday", "星期二"), ("Wednesday", "星期三"), ("Thursday", "星期四"),
    ("Friday", "星期五"), ("Saturday", "星期六"), ("Sunday", "星期日"),
)  # fmt: skip
UNITS: Final = ((86_400, " d", "天"), (3_600, " h", "小时"), (60, " min", "分钟"), (1, " s", "秒"))
"""Spans of time: seconds, and what is written behind their number in each language."""
