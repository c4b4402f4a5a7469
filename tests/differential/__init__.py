"""The differential test: generated expressions over rows on the boundaries, in every back end; they must agree.

python -m tests.differential --count 3000 --seed 1 --jobs 2
"""
