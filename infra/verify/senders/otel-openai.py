"""OpenTelemetry's official instrumentation of openai, with the exporter for HTTP."""

import os

import openai
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

try:
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
except ImportError:
    from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
OpenAIInstrumentor().instrument()

client = openai.OpenAI(base_url=os.environ["PROVIDER"] + "/v1")
for _ in range(int(os.environ["CALLS"])):
    client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hello"}])
provider.shutdown()
