"""Calls a Modelwright server with tritonclient's HTTP clients in every way in which they infer, and compares the answers with each other.

Run by run.mjs beside it, which starts the server: python3 infer.py HOST:PORT '{"MODEL": ["text", …], …}'
"""

import asyncio
import itertools
import json
import sys

import numpy as np
import tritonclient.http as http
import tritonclient.http.aio as aio
from tritonclient.utils import InferenceServerException

address, models = sys.argv[1], json.loads(sys.argv[2])
calls = 0


def text_input(texts, binary, column=False):
    values = np.array(texts, dtype=object)
    values = values.reshape(-1, 1) if column else values
    return http.InferInput("text", list(values.shape), "BYTES").set_data_from_numpy(values, binary_data=binary)


def values_of(result, names):
    global calls
    calls += 1
    found = {}
    for name in names:
        array = result.as_numpy(name)
        # A client that asked for JSON gets strings, one that asked for bytes gets bytes.
        found[name] = [x.decode() if isinstance(x, bytes) else x for x in array.flatten().tolist()], array.shape
    return found


def same(got, wanted, what):
    assert got.keys() == wanted.keys(), f"{what}: {got} instead of {wanted}"
    for name, (values, shape) in wanted.items():
        assert got[name][1] == shape, f"{what}: {name} has shape {got[name][1]} instead of {shape}"
        for a, b in zip(got[name][0], values, strict=True):
            near = abs(a - b) < 1e-5 if isinstance(b, float) else a == b
            assert near, f"{what}: {name} is {a!r} instead of {b!r}"


client = http.InferenceServerClient(address)
assert client.is_server_live() and client.is_server_ready()
assert "binary_tensor_data" in client.get_server_metadata()["extensions"]

for model, texts in models.items():
    assert client.is_model_ready(model) and client.is_model_ready(model, "1")
    names = [output["name"] for output in client.get_model_metadata(model)["outputs"]]
    short = {"max_tokens": 3, "seed": 7}
    plain = [http.InferRequestedOutput(name, binary_data=False) for name in names]
    reference = client.infer(model, [text_input(texts, False)], outputs=plain, parameters=short)
    wanted = values_of(reference, names)

    for given, asked, column, packed in itertools.product(
        (True, False), (None, True, False), (True, False), (None, "gzip", "deflate")
    ):
        what = f"{model}: input binary={given}, outputs binary={asked}, column={column}, compression={packed}"
        arguments = dict(
            inputs=[text_input(texts, given, column)],
            outputs=None if asked is None else [http.InferRequestedOutput(name, binary_data=asked) for name in names],
            parameters=short,
            request_compression_algorithm=packed,
            response_compression_algorithm=packed,
        )
        same(values_of(client.infer(model, **arguments), names), wanted, what)
        same(values_of(client.async_infer(model, **arguments).get_result(), names), wanted, f"{what}, async")

    everything = client.infer(
        model,
        [text_input(texts, True)],
        model_version="1",
        request_id="42",
        sequence_id=7,
        sequence_start=True,
        sequence_end=True,
        priority=3,
        timeout=5_000_000,
        headers={"x-team": "mail"},
        query_params={"from": "a test"},
        parameters={**short, "team": "mail", "weight": 0.5, "fast": True, "nested": {"a": [1, None]}},
    )
    same(values_of(everything, names), wanted, f"{model}: every parameter")
    assert everything.get_response()["id"] == "42"

    body, length = http.InferenceServerClient.generate_request_body([text_input(texts, True)], parameters=short)
    headers = {} if length is None else {"Inference-Header-Content-Length": str(length)}
    answer = client._post(f"v2/models/{model}/infer", body, headers, None)
    answer_length = answer.get("Inference-Header-Content-Length")
    parsed = http.InferenceServerClient.parse_response_body(
        answer.read(), header_length=None if answer_length is None else int(answer_length)
    )
    same(values_of(parsed, names), wanted, f"{model}: bodies made and read apart")

    async def with_asyncio():
        async with aio.InferenceServerClient(address) as other:
            for given in (True, False):
                result = await other.infer(model, [text_input(texts, given)], parameters=short)
                same(values_of(result, names), wanted, f"{model}: asyncio, input binary={given}")

    asyncio.run(with_asyncio())

    if "probabilities" in names:
        for binary in (True, False):
            top = http.InferRequestedOutput("probabilities", binary_data=binary, class_count=2)
            values, shape = values_of(client.infer(model, [text_input(texts, True)], outputs=[top]), ["probabilities"])[
                "probabilities"
            ]
            assert shape == (len(texts), 2), shape
            rows = np.array(wanted["probabilities"][0]).reshape(len(texts), -1)
            for row, first in zip(rows, values[::2], strict=True):
                probability, index, _label = first.split(":", 2)
                assert int(index) == row.argmax() and abs(float(probability) - row.max()) < 1e-5, first
    else:
        try:
            client.infer(
                model, [text_input(texts, True)], outputs=[http.InferRequestedOutput(names[0], class_count=2)]
            )
            raise AssertionError(f"{model}: classes of {names[0]} were not refused")
        except InferenceServerException as error:
            assert "classification" in str(error), error

everything = client.get_inference_statistics()["model_stats"]
assert {stats["name"] for stats in everything} >= models.keys(), everything
for model in models:
    [stats] = client.get_inference_statistics(model)["model_stats"]
    assert stats == client.get_inference_statistics(model, "1")["model_stats"][0], stats
    counts = {name: part["count"] for name, part in stats["inference_stats"].items()}
    assert (stats["name"], stats["version"]) == (model, "1"), stats
    assert counts["success"] > 0 and counts["fail"] == counts["cache_hit"] == counts["cache_miss"] == 0, counts
    assert {counts[part] for part in ("queue", "compute_input", "compute_infer", "compute_output")} == {counts["success"]}
    assert stats["inference_count"] == counts["success"] * len(models[model]), stats
    batches = stats["batch_stats"]
    assert stats["execution_count"] == sum(batch["compute_infer"]["count"] for batch in batches) > 0, stats
    # Every batch is of one request here: times of both are the same, but for rounding.
    for part in ("compute_input", "compute_infer", "compute_output"):
        sums = stats["inference_stats"][part]["ns"], sum(batch[part]["ns"] for batch in batches)
        assert abs(sums[0] - sums[1]) <= len(batches) + 1, (model, part, sums)
    assert stats["inference_stats"]["success"]["ns"] >= stats["inference_stats"]["compute_infer"]["ns"], stats

print(f"{calls} answers of {len(models)} models read by tritonclient, all alike")
