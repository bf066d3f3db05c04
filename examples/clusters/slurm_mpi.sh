#!/bin/bash
# One run on several nodes, started by srun:  sbatch slurm_mpi.sh JOB.ini [--section.key=value ...]
# For an MPI that speaks PMIx (Open MPI, also Debian's); srun --mpi=list says what Slurm speaks.
#SBATCH --job-name=nmc
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=12:00:00
#SBATCH --signal=USR1@300
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%j.out

export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1} SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}

srun --mpi=pmix nmc run "$@"
code=$?
if [ $code -eq 75 ]; then scontrol requeue "$SLURM_JOB_ID"; fi # stopped with a checkpoint
exit $code
