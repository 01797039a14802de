"""Looks into, or fills, the cache of huggingface_hub 2.4.0: `cache.py find|fetch owner/name`."""

import json
import os
import sys

from huggingface_hub import _CACHED_NO_EXIST, scan_cache_dir, snapshot_download, try_to_load_from_cache

verb, repository = sys.argv[1:]
snapshot = snapshot_download(repository)
answer = {"snapshot": snapshot}
if verb == "find":
    cache = scan_cache_dir()
    (revision,) = next(repo for repo in cache.repos if repo.repo_id == repository).revisions
    readme = try_to_load_from_cache(repository, "README.md")
    answer |= {
        "refs": sorted(revision.refs),
        "warnings": [str(warning) for warning in cache.warnings],
        "files": sorted(os.path.relpath(file.file_path, snapshot) for file in revision.files),
        "readme": "does not exist" if readme is _CACHED_NO_EXIST else readme,
    }
print(json.dumps(answer))
