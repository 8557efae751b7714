"""The guard of the LangGraph server that mounts this API: who may use which of its routes, and for what."""
