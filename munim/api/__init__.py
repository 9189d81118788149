"""The doors for programs and agents: an HTTP API, an MCP server, a status page. To come."""
