#!/bin/sh
# Versity's gateway on a folder where it is started, by the arguments of moto_server: -H <address> -p <port>.
mkdir -p store
exec versitygw --quiet --access testing --secret testing --port "$2:$4" posix store
