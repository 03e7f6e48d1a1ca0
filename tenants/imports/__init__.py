"""Data coming in from files: read whatever the old system wrote, dry run, one error per row, twice the same as once."""
