"""Kubernetes manifests from the timetable."""
