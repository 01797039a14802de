"""Writes tables with known anomalies as CSV, a column `label` of "anomaly" and "ordinary" behind the others.

Run: pip install rdata==1.1.0 pandas==3.1.1 && python make_tables.py FOLDER OUT
FOLDER is where the Debian packages r-cran-mlbench and r-cran-kernlab were unpacked (`apt-get download`, `dpkg -x`). Which rows are anomalies is
as in ODDS (Rayana 2016) and ADBench (Han et al. 2022): of Shuttle all classes but the first, without the fourth; of Satellite 71 drawn rows of
cotton; of the others the rarer class.
"""

import sys
import warnings
from pathlib import Path

import pandas
import rdata

warnings.filterwarnings("ignore")
packages = Path(sys.argv[1]) / "usr/lib/R/site-library"
out = Path(sys.argv[2])


def read(path):
    return next(iter(rdata.read_rda(packages / path).values()))


def save(name, table, column, is_anomaly):
    label = ["anomaly" if is_anomaly(value) else "ordinary" for value in table[column]]
    table.drop(columns=column).assign(label=label).to_csv(out / f"{name}.csv", index=False)


shuttle = read("mlbench/data/Shuttle.rda")
save("shuttle", shuttle[shuttle.Class != "High"], "Class", lambda value: value != "Rad.Flow")
satellite = read("mlbench/data/Satellite.rda")
cotton = satellite[satellite.classes == "cotton crop"].sample(71, random_state=0)
satellite = pandas.concat([satellite[satellite.classes != "cotton crop"], cotton]).sample(frac=1, random_state=0)
save("satellite", satellite, "classes", lambda value: value == "cotton crop")
save("breast", read("mlbench/data/BreastCancer.rda").drop(columns="Id"), "Class", lambda value: value == "malignant")
save("ionosphere", read("mlbench/data/Ionosphere.rda"), "Class", lambda value: value == "bad")
save("pima", read("mlbench/data/PimaIndiansDiabetes.rda"), "diabetes", lambda value: value == "pos")
save("ticdata", read("kernlab/data/ticdata.rda"), "CARAVAN", lambda value: "no" not in str(value))
