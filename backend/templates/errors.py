"""What can be refused about apps."""

from __future__ import annotations

from backend.errors import Conflict, Invalid


class TemplateInvalid(Invalid):
    """The app's files have mistakes; `problems` lists them with file and place."""

    code = "template.invalid"
    zh, en = "应用“{app}”的文件有 {count} 个错误：{first}", "The app “{app}” has {count} problems: {first}"


class TemplateRequires(Conflict):
    """The app needs another one that is not installed."""

    code = "template.requires"
    zh, en = "请先安装应用“{required}”", "Install the app “{required}” first"
