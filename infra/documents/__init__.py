"""Documents made of titled tables: one content, printed as PDF, or written as XLSX or CSV. No business meaning."""

from infra.documents.document import Column, Document, Section
from infra.documents.printing import print_document
from infra.documents.spreadsheets import writable, write_csv, write_xlsx

__all__ = ["Column", "Document", "Section", "print_document", "writable", "write_csv", "write_xlsx"]
