"""What bench/compare.py is made of. Only the scripts in in_venv/ and bench/judge.py need more than Python itself."""
