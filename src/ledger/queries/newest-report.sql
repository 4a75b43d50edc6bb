SELECT report FROM holdfast.recoveries WHERE report IS NOT NULL ORDER BY recovery DESC LIMIT 1
