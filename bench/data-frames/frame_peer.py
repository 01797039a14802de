# Profile, clean and split of a CSV file by pandas or polars, as their manuals show it; prints one line of JSON. Run by run.mjs.
#
# python3 -m venv venv && venv/bin/pip install pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1
import json
import resource
import sys
import time

library, path, out = sys.argv[1:4]
# Both are told the words and the columns that Modelwright tells from the values.
MISSING = ["", "NA", "n/a", "null", "None", "-", "?"]
DATES = ["signed_up", "last_seen"]
SHARES = [0.01, 0.25, 0.5, 0.75, 0.99]
began = time.perf_counter()
columns = {}

if library == "pandas":
    import pandas as pd

    table = pd.read_csv(path, na_values=MISSING, keep_default_na=False)
    for name in DATES:
        table[name] = pd.to_datetime(table[name])
    for name in table:
        column = table[name]
        counts = column.value_counts()
        told = {"missing": int(column.isna().sum()), "distinct": len(counts), "frequent": counts.head(10)}
        if column.dtype.kind in "ifM":
            told |= {"mean": column.mean(), "deviation": column.std(), "quantiles": column.quantile(SHARES).tolist()}
        columns[name] = told
    table = table.drop_duplicates()
    numbers = table.select_dtypes("number").columns
    table[numbers] = table[numbers].fillna(table[numbers].median())
    split = pd.util.hash_pandas_object(table, index=False) % 10
    table[split < 8].to_parquet(f"{out}/train.parquet")
    table[split == 8].to_parquet(f"{out}/validation.parquet")
    table[split == 9].to_parquet(f"{out}/test.parquet")
else:
    import polars as pl
    import polars.selectors as cs

    table = pl.read_csv(path, null_values=MISSING, try_parse_dates=True)
    for name in table.columns:
        column = table[name]
        filled = column.drop_nulls()
        counts = filled.value_counts(sort=True)
        told = {"missing": column.null_count(), "distinct": len(counts), "frequent": counts.head(10)}
        if filled.dtype.is_numeric() or filled.dtype.is_temporal():
            values = (filled.to_physical() if filled.dtype.is_temporal() else filled).sort()
            quantiles = [values.quantile(share, "linear") for share in SHARES]
            told |= {"mean": values.mean(), "deviation": values.std(), "quantiles": quantiles}
        columns[name] = told
    table = table.unique(maintain_order=True)
    table = table.with_columns(cs.numeric().fill_null(cs.numeric().median()))
    split = table.hash_rows() % 10
    table.filter(split < 8).write_parquet(f"{out}/train.parquet")
    table.filter(split == 8).write_parquet(f"{out}/validation.parquet")
    table.filter(split == 9).write_parquet(f"{out}/test.parquet")

usage = resource.getrusage(resource.RUSAGE_SELF)
shown = {}
for name, told in columns.items():
    is_number = "quantiles" in told and name not in DATES
    shown[name] = {
        "missing": told["missing"],
        "distinct": told["distinct"],
        "median": float(told["quantiles"][2]) if is_number else None,
    }
print(
    json.dumps(
        {
            "seconds": time.perf_counter() - began,
            "cpuSeconds": usage.ru_utime + usage.ru_stime,
            "peakMib": usage.ru_maxrss / 1024,
            "rows": len(table),
            "columns": shown,
        }
    )
)
