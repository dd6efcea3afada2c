"""The gate before pages that anybody may use: who asks how often, without knowing who asks (ADR 26)."""
