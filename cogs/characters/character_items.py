"""The buttons, menus and forms of the `/character` commands."""

from cogs.characters import exporter, forget, form, importer, roster, sharing, sheet, trash

ITEMS = (
    *(exporter.Export, exporter.ExportAll, forget.Forget, form.Reopen, importer.Import),
    *(roster.Back, roster.Create, roster.Open, roster.Search, roster.Show, roster.ShowAll),
    *(roster.Sort, roster.Turn),
    *(sharing.Share, sharing.TakeBack),
    *(sheet.Delete, sheet.Edit, sheet.Play, sheet.Star, sheet.Undo),
    *(trash.Restore, trash.TurnTrash),
)
