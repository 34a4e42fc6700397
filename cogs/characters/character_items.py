"""The buttons, menus and forms of the `/character` commands."""

from cogs.characters import (
    exporter,
    forget,
    form,
    import_form,
    importer,
    matches,
    privacy,
    roster,
    sharing,
    sheet,
    trash,
    undo,
    welcome,
)

ITEMS = (
    *(exporter.Export, exporter.ExportAll, forget.Forget, form.Reopen, importer.Import),
    matches.Meant,
    *(roster.Back, roster.Create, roster.Open, roster.Search, roster.Show, roster.ShowAll),
    *(roster.Sort, roster.Turn),
    *(sharing.Share, sharing.TakeBack),
    *(import_form.ImportFile, privacy.Decide, welcome.CreateYours, welcome.ListYours),
    *(sheet.Delete, sheet.Edit, sheet.Play, sheet.Star, sheet.Undo),
    *(trash.Restore, trash.TurnTrash),
    undo.UndoEdit,
)
