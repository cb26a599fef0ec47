"""The runner of evict: from playbook, case and estate to plan, execution, ledger and what people read."""
