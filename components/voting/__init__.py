"""Questions, ballots and counts: what is asked, what a ballot may say, how it is tallied."""
