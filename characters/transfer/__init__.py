"""Files in and out: what an import would do, the import, the export, and their formats."""
