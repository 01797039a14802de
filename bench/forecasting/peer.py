"""What statsforecast and LightGBM by mlforecast forecast of the test windows of a table, as one JSON document.

    pip install statsforecast==2.1.1 mlforecast==1.1.0 lightgbm==4.7.0 utilsforecast==0.2.17
    python peer.py TABLE.csv '{"time": ..., "target": ..., "series": ..., "freq": ..., "season": ..., "horizon": ..., "windows": ...}' THREADS
"""

import json
import sys
import time
import warnings

import lightgbm as lgb
import numpy as np
import pandas as pd
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean
from mlforecast.target_transforms import Differences
from statsforecast import StatsForecast
from statsforecast.models import AutoETS, SeasonalNaive

warnings.filterwarnings("ignore")
path, settings, threads = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
season, horizon, windows = settings["season"], settings["horizon"], settings["windows"]
table = pd.read_csv(path)
rows = pd.DataFrame({
    "unique_id": table[settings["series"]] if settings.get("series") else "one",
    "ds": pd.to_datetime(table[settings["time"]], format="mixed"),
    "y": table[settings["target"]].astype(float),
}).sort_values(["unique_id", "ds"])


def mase(forecasts, column):
    errors = []
    for (name, cutoff), window in forecasts.groupby(["unique_id", "cutoff"]):
        history = rows[(rows.unique_id == name) & (rows.ds <= cutoff)].y.to_numpy()
        scale = np.nanmean(np.abs(history[season:] - history[:-season]))
        if scale > 0:
            errors.append(np.mean(np.abs(window.y - window[column])) / scale)
    return float(np.mean(errors))


def measured(make):
    start = time.time()
    forecasts, column = make()
    return {"mase": mase(forecasts, column), "seconds": time.time() - start}


def by_statsforecast(model, name):
    forecast = StatsForecast([model], freq=settings["freq"], n_jobs=threads)
    return lambda: (forecast.cross_validation(df=rows, h=horizon, n_windows=windows, step_size=horizon), name)


def by_lightgbm():
    parts = {"D": ["dayofweek", "month", "day"], "MS": ["month"]}[settings["freq"]]
    forecast = MLForecast(
        models={"LightGBM": lgb.LGBMRegressor(n_estimators=300, learning_rate=0.05, verbosity=-1, n_jobs=threads)},
        freq=settings["freq"],
        lags=list(range(1, max(14, 2 * season) + 1)),
        lag_transforms={1: [RollingMean(max(season, 4))]},
        date_features=parts,
        target_transforms=[Differences([season])],
    )
    made = forecast.cross_validation(df=rows, h=horizon, n_windows=windows, step_size=horizon, static_features=[])
    return made, "LightGBM"


print(json.dumps({
    "SeasonalNaive": measured(by_statsforecast(SeasonalNaive(season_length=season), "SeasonalNaive")),
    "AutoETS": measured(by_statsforecast(AutoETS(season_length=season), "AutoETS")),
    "LightGBM": measured(by_lightgbm),
}))
