"""Apps as files: validate, install, export."""

from backend.templates.errors import TemplateInvalid, TemplateRequires
from backend.templates.export import export_app
from backend.templates.files import TemplateProblem
from backend.templates.install import Installed, install_app
from backend.templates.validate import validate_app

__all__ = [
    "Installed",
    "TemplateInvalid",
    "TemplateProblem",
    "TemplateRequires",
    "export_app",
    "install_app",
    "validate_app",
]
