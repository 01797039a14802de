import { describeRuntimeContract } from "../testing/runtime-contract.ts";
import { createNodeBindingRuntime } from "./node-binding-runtime.ts";

describeRuntimeContract("onnxruntime-node", createNodeBindingRuntime);
