"""The buttons, menus and forms of the `/character` commands."""

from cogs.characters import (
    exporter,
    forget,
    form,
    importer,
    matches,
    roster,
    sharing,
    sheet,
    trash,
    undo,
)

ITEMS = (
    *(exporter.Export, exporter.ExportAll, forget.Forget, form.Reopen, importer.Import),
    matches.Meant,
    *(roster.Choose, roster.Create, roster.Open, roster.Turn),
    *(sharing.Share, sharing.TakeBack),
    *(sheet.Delete, sheet.Edit, sheet.Play, sheet.Undo),
    *(trash.Restore, trash.TurnTrash),
    undo.UndoEdit,
)
